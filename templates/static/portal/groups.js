// Ticking all CCNs of a chain, or none, without the way to the server; and how many are ticked.
(() => {
  "use strict";

  for (const list of document.querySelectorAll("[data-pick]")) {
    const boxes = [...list.querySelectorAll("input[name=pick]")];
    const said = list.querySelector("[data-pick-count]");
    const count = () => {
      const ticked = boxes.filter((box) => box.checked).length;
      said.textContent = `${ticked} ${said.dataset.of}`;
    };
    const tick = (all) => (event) => {
      event.preventDefault();
      for (const box of boxes) {
        box.checked = all;
      }
      count();
    };
    list.querySelector("[data-pick-all]").addEventListener("click", tick(true));
    list.querySelector("[data-pick-none]").addEventListener("click", tick(false));
    list.addEventListener("change", count);
    count();
  }

  // The Enter key in the field of the chain's name searches it, and does not send the form.
  for (const field of document.querySelectorAll("[data-enter]")) {
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        document.getElementById(field.dataset.enter).click();
      }
    });
  }
})();
