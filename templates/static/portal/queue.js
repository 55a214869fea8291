// Selecting all requests of a page at once, and how many are selected.
(() => {
  "use strict";

  const form = document.querySelector("form[data-queue]");
  const place = form && form.querySelector("[data-queue-all]");
  if (!place) {
    return;
  }
  const ticks = [...form.querySelectorAll("[data-queue-tick]")];
  const box = document.createElement("div");
  box.className = "usa-checkbox portal-desk-tick";
  const all = document.createElement("input");
  Object.assign(all, { type: "checkbox", id: "queue-all", className: "usa-checkbox__input" });
  const label = document.createElement("label");
  Object.assign(label, { htmlFor: "queue-all", className: "usa-checkbox__label" });
  label.textContent = form.dataset.sayAll;
  box.append(all, label);
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  place.append(box, said);
  place.hidden = false;

  const tell = () => {
    const number = ticks.filter((tick) => tick.checked).length;
    all.checked = number === ticks.length;
    all.indeterminate = number > 0 && number < ticks.length;
    said.textContent = number ? form.dataset.saySelected.replace("{n}", number) : "";
  };
  all.addEventListener("change", () => {
    for (const tick of ticks) {
      tick.checked = all.checked;
    }
    tell();
  });
  form.addEventListener("change", tell);
  // A browser that goes back ticks again what was ticked.
  window.addEventListener("pageshow", tell);
})();
