// Ticks every role on the page, and says how many are ticked.
(() => {
  "use strict";
  for (const form of document.querySelectorAll("[data-people]")) {
    const boxes = [...form.querySelectorAll("input[name=role]")];
    const all = form.querySelector("[data-people-all]");
    const said = form.querySelector("[data-people-said]");
    const button = form.querySelector("[data-people-revoke]");
    if (!all || !boxes.length) continue;
    const look = () => {
      const number = boxes.filter((box) => box.checked).length;
      all.checked = number === boxes.length;
      all.indeterminate = number > 0 && number < boxes.length;
      const text = number === 1 ? said.dataset.one : said.dataset.many;
      said.textContent = number ? text.replace("{n}", number) : "";
    };
    all.closest("[hidden]").hidden = false;
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
      look();
    });
    form.addEventListener("change", look);
    button.addEventListener("click", (event) => {
      if (boxes.some((box) => box.checked)) return;
      event.preventDefault();
      said.textContent = said.dataset.none;
      boxes[0].focus();
    });
    look();
  }
})();
