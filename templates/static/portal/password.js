// Says how good a new password is while it is typed. Nothing of it leaves the page: common
// passwords and former ones are found when the form is sent.
(() => {
  "use strict";

  const AMPLE_LENGTH = 22;
  const AMPLE_VARIETY = 10;
  const LONGEST = 128;
  const SHORTEST_WORD = 4;
  const ENOUGH_OF_IT = 0.7;
  const SAID_AFTER = 500;

  // What the person's account is known by, or is going to be: typed on this page, or known to it.
  const namesFor = (input) => {
    const typed = (name) => input.form.elements[name]?.value || "";
    return [
      ...(input.dataset.notInIt || "").split(" "),
      typed("username"),
      typed("email").split("@")[0],
      ...typed("full_name").split(/[^\p{L}\p{N}_]+/u),
    ]
      .map((word) => word.trim().toLowerCase())
      .filter((word) => word.length >= SHORTEST_WORD);
  };

  // Each run of the same, once: "passwordpassword" is no longer than "password".
  const withoutRepeats = (text) => text.slice(0, LONGEST).replace(/(.+?)\1+/gu, "$1");

  const judge = (password, shortest, names) => {
    const characters = [...password];
    const plain = password.toLowerCase();
    const different = new Set(plain).size;
    if (characters.length < shortest) {
      return { level: 0, name: "short", number: characters.length };
    }
    if (names.some((name) => plain.includes(name))) {
      return { level: 0, name: "named" };
    }
    const once = withoutRepeats(plain.replace(/\s+/g, "")).length;
    if (different < AMPLE_VARIETY / 2 || once < shortest * ENOUGH_OF_IT) {
      return { level: 1, name: "weak" };
    }
    if (characters.length < AMPLE_LENGTH || different < AMPLE_VARIETY) {
      return { level: 2, name: "good" };
    }
    return { level: 3, name: "long" };
  };

  for (const box of document.querySelectorAll("[data-password-meter]")) {
    const input = document.getElementById(box.dataset.passwordMeter);
    const meter = box.querySelector("meter");
    const said = box.querySelector("[aria-live]");
    const words = {
      short: box.dataset.saysShort,
      weak: box.dataset.saysWeak,
      good: box.dataset.saysGood,
      named: box.dataset.saysNamed,
      long: box.dataset.saysLong,
    };
    let waiting;
    const show = () => {
      const verdict = judge(input.value, Number(box.dataset.shortest), namesFor(input));
      // A moment later, so that a screen reader is not interrupted by each key.
      said.textContent = words[verdict.name].replace("%(number)s", verdict.number);
      meter.value = verdict.level;
    };
    input.addEventListener("input", () => {
      box.hidden = input.value === "";
      clearTimeout(waiting);
      waiting = setTimeout(show, SAID_AFTER);
    });
  }
})();
