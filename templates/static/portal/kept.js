// What is typed on the page is not lost when its session ends: it is given to the server to keep
// when the warning comes up (idle.js asks for it), and filled in again after the next sign-in.
(() => {
  "use strict";

  const about = document.querySelector("template[data-idle]");
  const NOT_TYPED = ["hidden", "password", "file", "submit", "button", "reset", "image"];
  const SECRET = /one-time-code|password/;
  let keptLast = "[]";

  const isTyped = (field) =>
    field.name && !field.disabled && !NOT_TYPED.includes(field.type) && !SECRET.test(field.autocomplete);

  const fieldsOf = (form) => [...form.elements].filter(isTyped);

  const pathOf = (form) => new URL(form.getAttribute("action") || "", location.href).pathname;

  const isChosen = (field) => field.type === "checkbox" || field.type === "radio";

  const isChanged = (field) => {
    if (isChosen(field)) {
      return field.checked !== field.defaultChecked;
    }
    if (field.options) {
      const isSet = [...field.options].some((each) => each.defaultSelected);
      return [...field.options].some((each, place) =>
        each.selected !== (isSet ? each.defaultSelected : !field.multiple && place === 0),
      );
    }
    return field.value !== field.defaultValue;
  };

  // A form that came back with errors holds what was typed, although nothing in it has changed.
  const isUnsent = (form) =>
    form.method === "post" &&
    (form.hasAttribute("data-keep") ||
      fieldsOf(form).some(isChanged) || form.querySelector("[aria-invalid=true]") !== null);

  const valuesOf = (field) => {
    if (isChosen(field)) {
      return field.checked ? [field.value] : [];
    }
    if (field.options) {
      return [...field.selectedOptions].map((each) => each.value);
    }
    return [field.value];
  };

  const typedForms = () =>
    [...document.forms].filter(isUnsent).map((form) => ({
      path: pathOf(form),
      fields: fieldsOf(form).flatMap((field) => valuesOf(field).map((value) => [field.name, value])),
    }));

  // Whether the server has it, or there is nothing that it has not.
  const keep = async (token) => {
    const forms = JSON.stringify(typedForms());
    if (forms === keptLast) {
      return;
    }
    const body = new URLSearchParams({ csrfmiddlewaretoken: token, person: about.dataset.person, forms });
    const answer = await fetch(about.dataset.keepUrl, { method: "POST", body, keepalive: true });
    if (answer.ok) {
      keptLast = forms;
    }
  };

  const fillField = (field, values) => {
    if (isChosen(field)) {
      field.checked = values.includes(field.value);
    } else if (field.options) {
      for (const option of field.options) {
        option.selected = values.includes(option.value);
      }
    } else {
      field.value = values.shift() ?? "";
    }
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const fill = (form, pairs) => {
    const values = new Map();
    for (const [name, value] of pairs) {
      values.set(name, [...(values.get(name) ?? []), value]);
    }
    for (const field of fieldsOf(form)) {
      fillField(field, values.get(field.name) ?? []);
    }
  };

  const throwAway = (url, id) => {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
    const body = new URLSearchParams({ csrfmiddlewaretoken: token, kept: id, filled: "yes" });
    return fetch(url, { method: "POST", body, redirect: "manual" });
  };

  const giveBack = async (notice) => {
    const answer = await fetch(notice.dataset.fieldsUrl, { cache: "no-store" });
    if (!answer.ok || answer.redirected) {
      return;
    }
    const kept = (await answer.json()).forms;
    for (const each of kept) {
      const form = [...document.forms].find(
        (form) => form.method === "post" && pathOf(form) === each.path && fieldsOf(form).length > 0,
      );
      if (form) {
        fill(form, each.fields);
        notice.querySelector("[data-kept-filled]").hidden = false;
        notice.querySelector("[data-kept-waiting]").hidden = true;
        await throwAway(notice.dataset.pageUrl, each.id);
      }
    }
  };

  document.addEventListener("portal:keep", (event) => {
    // The one who asks waits for it; a server that cannot be reached is asked again later.
    event.detail.waits.push(keep(event.detail.token).catch(() => undefined));
  });
  document.addEventListener("portal:stayed", () => {
    keptLast = "[]";
  });
  const notice = document.querySelector("[data-kept]");
  if (notice) {
    giveBack(notice).catch(() => undefined);
  }
})();
