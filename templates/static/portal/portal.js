// Small comforts. Every page works without them.
(() => {
  "use strict";

  const menuButton = document.querySelector("[data-menu-button]");
  if (menuButton) {
    const menu = document.getElementById(menuButton.getAttribute("aria-controls"));
    const setOpen = (open) => {
      menuButton.setAttribute("aria-expanded", String(open));
      menu.classList.toggle("is-open", open);
    };
    menuButton.addEventListener("click", () => {
      setOpen(menuButton.getAttribute("aria-expanded") !== "true");
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menuButton.getAttribute("aria-expanded") === "true") {
        setOpen(false);
        menuButton.focus();
      }
    });
  }

  for (const button of document.querySelectorAll("[data-show-password]")) {
    const input = document.getElementById(button.getAttribute("aria-controls"));
    const label = button.querySelector("[data-show-label]");
    const showLabel = label.textContent;
    const setShown = (shown) => {
      input.type = shown ? "text" : "password";
      label.textContent = shown ? button.dataset.hideLabel : showLabel;
    };
    button.addEventListener("click", () => setShown(input.type === "password"));
    // Hidden again before it is sent, so that no browser remembers it as ordinary text.
    input.form.addEventListener("submit", () => setShown(false));
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => window.print());
  }

  // A CCN that was offered goes into the field; the link alone would lose what else was typed.
  document.addEventListener("click", (event) => {
    const offer = event.target.closest("a[data-use-ccn]");
    const field = offer && document.querySelector("input[name=ccn]");
    if (field) {
      event.preventDefault();
      field.value = offer.dataset.useCcn;
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  // What was confirmed once is not sent again by a second click while the answer is on its way.
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.isSent) {
        event.preventDefault();
      }
      form.dataset.isSent = "yes";
    });
    window.addEventListener("pageshow", () => delete form.dataset.isSent);
  }

  // What is wrong with a form comes before word of what was done. Whoever comes back to one thing
  // of a list (the address ends in its name) stays there.
  const named = location.hash && document.getElementById(location.hash.slice(1));
  const summary =
    document.querySelector("[data-focus-on-load]") ||
    (named && named.querySelector("[data-focus-if-named]")) ||
    document.querySelector(".portal-messages");
  if (summary) {
    summary.focus();
    // An address that ends in #main-content, left by the skip link, takes the focus once more.
    window.addEventListener("load", () => summary.focus());
  }
})();
