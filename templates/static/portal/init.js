// Runs before the first paint, so that what only works with JavaScript is never seen without it.
document.documentElement.classList.add("has-js");
