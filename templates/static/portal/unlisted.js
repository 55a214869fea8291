/* A button in the answer to a CCN sends the whole form somewhere else, as the page's own buttons do
   where there is no script. It is none of those, or the Enter key would press it. */
"use strict";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-send-form-to]");
  if (!button || !button.form) {
    return;
  }
  const sender = document.createElement("button");
  sender.type = "submit";
  sender.hidden = true;
  sender.formAction = button.dataset.sendFormTo;
  button.form.append(sender);
  button.form.requestSubmit(sender);
  sender.remove();
});
