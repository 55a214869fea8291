// A form with data-passkey asks the browser for a passkey and posts what it answers.
(() => {
  "use strict";

  const bytesOf = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  const textOf = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");

  const known = (list) => (list || []).map((each) => ({ ...each, id: bytesOf(each.id) }));

  const ask = async (kind, { publicKey: asked }) => {
    const publicKey = { ...asked, challenge: bytesOf(asked.challenge) };
    if (kind === "create") {
      publicKey.user = { ...asked.user, id: bytesOf(asked.user.id) };
      publicKey.excludeCredentials = known(asked.excludeCredentials);
      return navigator.credentials.create({ publicKey });
    }
    publicKey.allowCredentials = known(asked.allowCredentials);
    return navigator.credentials.get({ publicKey });
  };

  const asData = (credential) => {
    const response = {};
    for (const name of [
      "clientDataJSON",
      "attestationObject",
      "authenticatorData",
      "signature",
      "userHandle",
    ]) {
      if (credential.response[name]) {
        response[name] = textOf(credential.response[name]);
      }
    }
    return {
      id: credential.id,
      rawId: textOf(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment || undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    };
  };

  const TOO_MANY_REQUESTS = 429;
  const problemOf = (name) => Object.assign(new Error(name), { name });

  const optionsOf = async (form) => {
    const onThePage = form.querySelector("script[type='application/json']");
    if (onThePage) {
      return JSON.parse(onThePage.textContent);
    }
    const answer = await fetch(form.dataset.optionsFrom, {
      headers: { Accept: "application/json" },
    }).catch(() => {
      throw problemOf("Offline");
    });
    if (!answer.ok) {
      throw problemOf(answer.status === TOO_MANY_REQUESTS ? "TooMany" : "Offline");
    }
    return (await answer.json()).request_options;
  };

  const PROBLEMS = {
    NotAllowedError: "stopped",
    AbortError: "stopped",
    InvalidStateError: "had",
    Offline: "offline",
    TooMany: "toomany",
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const problem = form.querySelector("[data-passkey-problem]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      problem.hidden = true;
      try {
        const credential = await ask(form.dataset.passkey, await optionsOf(form));
        form.elements.credential.value = JSON.stringify(asData(credential));
        form.submit();
      } catch (error) {
        problem.textContent = problem.dataset[PROBLEMS[error.name] || "unknown"];
        problem.hidden = false;
      }
    });
  }
})();
