// Signing out who has gone away: tells the server of signs of life, warns before the end, and
// leaves the page when it has come. The server alone knows when that is; all tabs are told.
(() => {
  "use strict";

  const template = document.querySelector("template[data-idle]");
  if (!template || !("HTMLDialogElement" in window)) {
    return;
  }
  const { url, person } = template.dataset;
  const warnFor = Number(template.dataset.warningSeconds) * 1000;
  const pingEvery = Number(template.dataset.pingSeconds) * 1000;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("portal-session") : null;
  const MOMENTS = [60, 30, 10, 0];
  const SIGNS_OF_LIFE = ["keydown", "pointerdown", "input", "wheel", "touchmove"];
  const title = document.title;

  let endsAt = Date.now() + Number(template.dataset.secondsLeft) * 1000;
  let token = template.content.querySelector("input[name=csrfmiddlewaretoken]").value;
  let canStay = true;
  let isActive = false;
  let isAsking = false;
  let isLeaving = false;
  let isDismissed = false;
  let wantsToStay = false;
  let toldAt = Date.now();
  let askAgainAt = 0;
  let lastSaid = Infinity;
  let dialog = null;

  const secondsLeft = () => Math.max(0, Math.round((endsAt - Date.now()) / 1000));
  const isOpen = () => dialog !== null && dialog.open;
  const tell = (what) => channel?.postMessage({ what, person, left: endsAt - Date.now() });

  const keepTyped = () => {
    const waits = [];
    document.dispatchEvent(new CustomEvent("portal:keep", { detail: { token, waits } }));
    return Promise.all(waits);
  };

  const takeToken = (fresh) => {
    token = fresh;
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
      field.value = fresh;
    }
  };

  // Asks how much time is left; with `stay`, asks for more. Null: the server cannot be reached.
  const ask = async (stay) => {
    const body = stay ? new URLSearchParams({ csrfmiddlewaretoken: token }) : undefined;
    const answer = await fetch(url, { method: stay ? "POST" : "GET", body, cache: "no-store" });
    return answer.ok ? answer.json() : null;
  };

  const say = () => {
    const left = secondsLeft();
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    dialog.querySelector("[data-idle-clock]").textContent = clock;
    const moment = MOMENTS.find((each) => left <= each && each < lastSaid);
    if (lastSaid !== Infinity && moment === undefined) {
      return;
    }
    lastSaid = Math.min(...MOMENTS.filter((each) => each >= left), left);
    const words = template.dataset;
    const minutes = Math.ceil(left / 60);
    let said = words.saySeconds.replace("{n}", left);
    if (left === 0) {
      said = words.sayNow;
    } else if (minutes * 60 - left <= 10) {
      said = minutes === 1 ? words.sayMinute : words.sayMinutes.replace("{n}", minutes);
    }
    dialog.querySelector("[data-idle-said]").textContent = said;
  };

  const makeDialog = () => {
    dialog = document.importNode(template.content.querySelector("dialog"), true);
    document.body.append(dialog);
    dialog.querySelector("[data-idle-stay]").addEventListener("click", () => learn(true));
    dialog.querySelector("[data-idle-close]").addEventListener("click", () => close());
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (canStay) {
        learn(true);
      } else {
        close();
      }
    });
    dialog.addEventListener("close", () => {
      document.title = title;
    });
  };

  // The longest time that anybody may be signed in is not put off by staying.
  const showWhy = () => {
    for (const part of dialog.querySelectorAll("[data-idle-can-stay]")) {
      part.hidden = !canStay;
    }
    for (const part of dialog.querySelectorAll("[data-idle-cannot-stay]")) {
      part.hidden = canStay;
    }
  };

  const warn = () => {
    if (isDismissed) {
      return;
    }
    if (dialog === null) {
      makeDialog();
      takeToken(token);
    }
    showWhy();
    if (isOpen()) {
      return;
    }
    dialog.querySelector("[data-idle-said]").textContent = "";
    lastSaid = Infinity;
    dialog.showModal();
    dialog.querySelector(canStay ? "[data-idle-stay]" : "[data-idle-close]").focus();
    document.title = `${template.dataset.title} · ${title}`;
    // Once the dialog stands: what is in a live region from the start is not announced.
    setTimeout(say, 100);
    keepTyped();
    tell("warning");
  };

  const close = () => {
    isDismissed = !canStay;
    dialog.close();
  };

  const stayed = () => {
    isDismissed = false;
    if (isOpen()) {
      dialog.close();
    }
    document.dispatchEvent(new CustomEvent("portal:stayed"));
  };

  const leave = async () => {
    isLeaving = true;
    if (isOpen()) {
      say();
    }
    tell("ended");
    await keepTyped();
    // The other tabs have something to keep as well, and all of them use the same cookie.
    await new Promise((resume) => setTimeout(resume, 1000));
    location.assign(location.pathname + location.search);
  };

  const learn = async (stay) => {
    if (isAsking || isLeaving) {
      wantsToStay = wantsToStay || stay;
      return;
    }
    isAsking = true;
    if (stay) {
      toldAt = Date.now();
      isActive = false;
    }
    const facts = await ask(stay).catch(() => null);
    isAsking = false;
    if (wantsToStay) {
      wantsToStay = false;
      learn(true);
    } else if (facts === null && stay) {
      // Perhaps the token is an old one: somebody has signed in again in another tab.
      learn(false);
    } else if (facts === null) {
      askAgainAt = Date.now() + 2000;
    } else if (facts.person !== person || facts.seconds_left <= 0) {
      leave();
    } else {
      takeToken(facts.token);
      canStay = facts.can_stay;
      endsAt = Date.now() + facts.seconds_left * 1000;
      decide(stay);
    }
  };

  const decide = (hasStayed) => {
    if (endsAt - Date.now() <= warnFor) {
      warn();
    } else if (isOpen() && !hasStayed) {
      // Somebody is active in another tab: so they are here.
      learn(true);
    } else if (hasStayed) {
      stayed();
      tell("stayed");
    }
  };

  const tick = () => {
    const now = Date.now();
    if (isOpen()) {
      say();
    }
    const isDue = endsAt - now <= (isOpen() || isDismissed ? 0 : warnFor);
    if (isDue && now >= askAgainAt) {
      learn(false);
    } else if (isActive && !isOpen() && now - toldAt >= pingEvery) {
      learn(true);
    }
  };

  for (const kind of SIGNS_OF_LIFE) {
    const note = () => {
      isActive = true;
      tick();
    };
    document.addEventListener(kind, note, { passive: true });
  }
  channel?.addEventListener("message", ({ data }) => {
    if (data.person !== person || isLeaving) {
      return;
    }
    if (data.what === "stayed") {
      endsAt = Math.max(endsAt, Date.now() + data.left);
      stayed();
    } else if (data.what === "opened" && !isOpen()) {
      endsAt = Math.max(endsAt, Date.now() + data.left);
    } else if (!(data.what === "warning" && isOpen())) {
      learn(false);
    }
  });
  // A tab that was asleep, or comes back by the Back button, knows nothing of what happened since.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      learn(false);
    }
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      learn(false);
    }
  });
  setInterval(tick, 1000);
  tell("opened");
})();
