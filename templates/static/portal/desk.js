// A ready-made question goes into the field, where it can be changed before it is sent.
(() => {
  "use strict";

  for (const choice of document.querySelectorAll("select[data-ready-question]")) {
    const field = document.getElementById(choice.dataset.readyQuestion);
    choice.addEventListener("change", () => {
      if (!field || !choice.value) {
        return;
      }
      const chosen = choice.selectedOptions[0].textContent.trim();
      field.value = field.value.trim() ? `${field.value.trim()}\n\n${chosen}` : chosen;
      choice.value = "";
      field.focus();
    });
  }
})();
