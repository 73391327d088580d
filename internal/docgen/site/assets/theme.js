// Runs before the page is drawn, so that it does not flash in the wrong colours.
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  try {
    var chosen = localStorage.getItem("skyql-theme");
    if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  } catch (refused) {
    // The browser keeps nothing for this page: it follows the system.
  }
})();
