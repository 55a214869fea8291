// Says how good a new password is while it is typed. Nothing of it leaves the page: common
// passwords and former ones are found when the form is sent.
(() => {
  "use strict";

  const STRONG_LENGTH = 22;
  const STRONG_VARIETY = 10;
  const SAID_AFTER = 500;

  const judge = (password, shortest) => {
    const characters = [...password];
    const different = new Set(characters.map((each) => each.toLowerCase())).size;
    if (characters.length < shortest) {
      return { level: 0, name: "short", number: characters.length };
    }
    if (different < STRONG_VARIETY / 2) {
      return { level: 1, name: "weak" };
    }
    if (characters.length < STRONG_LENGTH || different < STRONG_VARIETY) {
      return { level: 2, name: "good" };
    }
    return { level: 3, name: "strong" };
  };

  for (const box of document.querySelectorAll("[data-password-meter]")) {
    const input = document.getElementById(box.dataset.passwordMeter);
    const meter = box.querySelector("meter");
    const said = box.querySelector("[aria-live]");
    const words = {
      short: box.dataset.saysShort,
      weak: box.dataset.saysWeak,
      good: box.dataset.saysGood,
      strong: box.dataset.saysStrong,
    };
    let waiting;
    const show = () => {
      const verdict = judge(input.value, Number(box.dataset.shortest));
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
