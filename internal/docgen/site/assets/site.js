// Comfort for the pages: tabs, copying, light and dark, search, and links that
// open what they lead to. Nothing is fetched but the site's own search index.
(function () {
  "use strict";

  var say = document.getElementById("status");
  function announce(text) {
    if (say) say.textContent = text;
  }

  // Light and dark.
  var toggle = document.getElementById("theme");
  var system = window.matchMedia("(prefers-color-scheme: dark)");
  function isDark() {
    var chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : system.matches;
  }
  function showTheme() {
    if (toggle) toggle.setAttribute("aria-pressed", String(isDark()));
  }
  if (toggle) {
    toggle.addEventListener("click", function () {
      var next = isDark() ? "light" : "dark";
      document.documentElement.dataset.theme = next;
      try {
        localStorage.setItem("skyql-theme", next);
      } catch (refused) {
        // It holds for this page then.
      }
      showTheme();
    });
    system.addEventListener("change", showTheme);
    showTheme();
  }

  // Tabs, as in https://www.w3.org/WAI/ARIA/apg/patterns/tabs/
  function tabsOf(list) {
    return Array.prototype.slice.call(list.querySelectorAll('[role="tab"]'));
  }
  function select(tab, focus) {
    tabsOf(tab.parentElement).forEach(function (other) {
      var on = other === tab;
      other.setAttribute("aria-selected", String(on));
      other.tabIndex = on ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")).hidden = !on;
    });
    if (focus) tab.focus();
  }
  Array.prototype.forEach.call(document.querySelectorAll('[role="tablist"]'), function (list) {
    var tabs = tabsOf(list);
    list.addEventListener("click", function (event) {
      var tab = event.target.closest('[role="tab"]');
      if (!tab) return;
      select(tab, true);
      history.replaceState(null, "", "#" + tab.getAttribute("aria-controls"));
    });
    list.addEventListener("keydown", function (event) {
      var at = tabs.indexOf(document.activeElement);
      var to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (at < 0 || to === undefined) return;
      event.preventDefault();
      select(tabs[(to + tabs.length) % tabs.length], true);
    });
    select(tabs[0], false);
  });

  // A link may lead into a tab that is not shown, or into something closed.
  function follow() {
    var id = location.hash.slice(1);
    try {
      id = decodeURIComponent(id);
    } catch (malformed) {
      return;
    }
    var target = id && document.getElementById(id);
    if (!target) return;
    for (var around = target; around; around = around.parentElement) {
      if (around.tagName === "DETAILS" && around !== target) around.open = true;
      if (around.getAttribute("role") === "tabpanel") {
        select(document.getElementById(around.getAttribute("aria-labelledby")), false);
      }
    }
    target.scrollIntoView();
  }
  window.addEventListener("hashchange", follow);
  follow();

  // Copying.
  function copy(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    return new Promise(function (done, failed) {
      var area = document.createElement("textarea");
      area.value = text;
      area.className = "offscreen";
      document.body.appendChild(area);
      area.select();
      var copied = document.execCommand("copy");
      area.remove();
      if (copied) done();
      else failed(new Error("the browser does not copy"));
    });
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest("button.copy");
    if (!button) return;
    var words = button.textContent;
    copy(document.getElementById(button.dataset.copies).textContent).then(
      function () {
        button.textContent = "Copied";
        announce("Copied");
      },
      function () {
        button.textContent = "Not copied";
        announce("The browser does not copy. Select the text instead.");
      }
    ).then(function () {
      button.focus();
      setTimeout(function () {
        button.textContent = words;
      }, 2000);
    });
  });

  // All nested fields at once.
  var expand = document.getElementById("expand");
  if (expand) {
    expand.addEventListener("click", function () {
      var open = expand.getAttribute("aria-pressed") !== "true";
      expand.setAttribute("aria-pressed", String(open));
      Array.prototype.forEach.call(document.querySelectorAll(".fields details"), function (details) {
        details.open = open;
      });
    });
  }

  // Search. The index is a script, since pages in a folder cannot fetch files.
  var input = document.getElementById("search");
  var box = document.getElementById("results");
  var root = document.body.dataset.root;
  var most = 40;
  var loading = false;
  function load() {
    if (loading) return;
    loading = true;
    var script = document.createElement("script");
    script.src = root + "assets/search.js";
    script.onload = search;
    script.onerror = function () {
      loading = false;
      announce("The search index cannot be loaded.");
    };
    document.head.appendChild(script);
  }

  // rank tells how well a name fits a word: 0 not at all, 1 to 3.
  function rank(name, word) {
    if (name === word) return 3;
    var at = name.indexOf(word);
    if (at < 0) return 0;
    return at === 0 || name[at - 1] === "_" ? 2 : 1;
  }

  // score fits all words to one table: each to its name, type or description, or
  // to some of its columns.
  function score(table, words) {
    var total = 0;
    var columns = {};
    for (var i = 0; i < words.length; i++) {
      var best = Math.max(rank(table.table, words[i]) * 100, rank(table.service, words[i]) * 60, rank(table.type, words[i]) * 50);
      if (best === 0 && table.about.indexOf(words[i]) >= 0) best = 5;
      var column = 0;
      table.columns.forEach(function (name) {
        var fit = rank(name, words[i]) * 10;
        if (fit > 0) columns[name] = Math.max(columns[name] || 0, fit);
        column = Math.max(column, fit);
      });
      if (best + column === 0) return null;
      total += best + column;
    }
    var names = Object.keys(columns).sort(function (a, b) {
      return columns[b] - columns[a] || a.length - b.length;
    });
    return { table: table, score: total, columns: names.slice(0, 4) };
  }

  function search() {
    if (!window.skyqlTables) return load();
    var text = input.value.trim().toLowerCase();
    var words = text.replace(/^awscc\./, "").split(/[\s.]+/).filter(Boolean);
    if (words.length === 0) return close();
    var found = window.skyqlTables.map(function (table) {
      return score(table, words);
    }).filter(Boolean);
    found.sort(function (a, b) {
      return b.score - a.score || a.table.table.length - b.table.table.length || (a.table.name < b.table.name ? -1 : 1);
    });
    show(found);
  }

  function link(href, text) {
    var a = document.createElement("a");
    a.href = href;
    a.textContent = text;
    return a;
  }

  function show(found) {
    var list = document.createElement("ul");
    found.slice(0, most).forEach(function (hit) {
      var item = document.createElement("li");
      var page = root + hit.table.service + "/" + hit.table.table + ".html";
      item.appendChild(link(page, hit.table.name));
      hit.columns.forEach(function (column) {
        item.appendChild(document.createTextNode(" "));
        var a = link(page + "#field." + encodeURIComponent(column), column);
        a.className = "column";
        item.appendChild(a);
      });
      list.appendChild(item);
    });
    box.replaceChildren(list);
    box.hidden = found.length === 0;
    announce(found.length === 0 ? "No table or column is called that."
      : found.length + (found.length === 1 ? " table" : " tables") + (found.length > most ? ", the first " + most + " are shown" : ""));
  }

  function close() {
    box.hidden = true;
    box.replaceChildren();
    announce("");
  }

  if (input && box) {
    input.addEventListener("focus", load);
    input.addEventListener("input", search);
    input.form.addEventListener("submit", function (event) {
      event.preventDefault();
      var first = box.querySelector("a");
      if (first && !box.hidden) first.click();
    });
    input.form.addEventListener("keydown", function (event) {
      var links = Array.prototype.slice.call(box.querySelectorAll("a"));
      var at = links.indexOf(document.activeElement);
      if (event.key === "Escape") {
        close();
        input.focus();
      } else if (event.key === "ArrowDown" && links.length > 0) {
        event.preventDefault();
        links[Math.min(at + 1, links.length - 1)].focus();
      } else if (event.key === "ArrowUp" && at >= 0) {
        event.preventDefault();
        (at === 0 ? input : links[at - 1]).focus();
      }
    });
    box.addEventListener("click", function (event) {
      if (event.target.closest("a")) box.hidden = true; // a link may lead to this page
    });
    document.addEventListener("click", function (event) {
      if (!input.form.contains(event.target)) box.hidden = true;
    });
    document.addEventListener("keydown", function (event) {
      var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        input.focus();
      }
    });
  }
})();
