// A case note half written is still there after another step's button was pressed. It is kept by
// this tab alone, until it is sent or nobody is signed in: agents share computers.
(() => {
  "use strict";

  const PREFIX = "portal-note-";
  const forget = () => {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(PREFIX)) {
        sessionStorage.removeItem(key);
      }
    }
  };

  try {
    if (!document.querySelector("template[data-idle]")) {
      forget();
    }
    const form = document.querySelector("form[data-keep-note]");
    if (!form) {
      return;
    }
    const key = PREFIX + form.dataset.keepNote;
    const fields = [...form.elements].filter((each) => each.name && each.type !== "hidden");
    const keep = () => {
      const typed = fields.map((each) => [each.name, each.value]);
      sessionStorage.setItem(key, JSON.stringify(typed));
    };
    // One that came back with errors holds what was typed last.
    if (form.querySelector("[aria-invalid=true]")) {
      keep();
    } else {
      const kept = new Map(JSON.parse(sessionStorage.getItem(key) ?? "[]"));
      for (const field of fields.filter((each) => kept.get(each.name))) {
        field.value = kept.get(field.name);
      }
    }
    form.addEventListener("input", keep);
    form.addEventListener("change", keep);
    form.addEventListener("submit", () => sessionStorage.removeItem(key));
  } catch {
    // A browser that keeps nothing: the note is then written anew.
  }
})();
