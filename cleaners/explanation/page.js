"use strict";
(() => {
  const lines = [...document.querySelectorAll(".line")];
  const chips = lines.map((line) => line.querySelector("summary"));
  const search = document.getElementById("search"), kept = document.getElementById("kept"), rule = document.getElementById("rule");
  const shown = document.getElementById("shown");
  const texts = lines.map((line) => line.querySelector(".text").textContent.toLowerCase());

  // One line is in the order of the tabulator; the arrows lead to the others.
  const stand = (at) => chips.forEach((chip, i) => { chip.tabIndex = i === at ? 0 : -1; });

  const filter = () => {
    const wanted = search.value.trim().toLowerCase();
    const roles = new Set([...document.querySelectorAll("[name=role]:checked")].map((box) => box.value));
    let count = 0, first = -1;
    lines.forEach((line, i) => {
      const fits = roles.has(line.dataset.role) && (!rule.value || line.dataset.rule === rule.value)
        && (!kept.value || line.classList.contains(kept.value)) && (!wanted || texts[i].includes(wanted));
      line.hidden = !fits;
      count += fits;
      if (fits && first < 0) first = i;
    });
    stand(first);
    shown.textContent = count === 1 ? "1 line" : `${count} lines`;
  };

  document.getElementById("filters").addEventListener("input", filter);
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
  document.querySelector(".lines").addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    let at = chips.indexOf(event.target);
    if (!step || at < 0) return;
    event.preventDefault();
    do at += step; while (lines[at] && lines[at].hidden);
    if (!lines[at]) return;
    stand(at);
    chips[at].focus();
  });
  // A link to a line that is filtered away shows it again.
  document.getElementById("record").addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#line-']");
    const line = link && document.getElementById(link.hash.slice(1));
    if (!line) return;
    line.hidden = false;
    const at = lines.indexOf(line);
    stand(at);
    setTimeout(() => chips[at].focus({ preventScroll: true }));  // when the browser has gone there, which takes the focus away
  });
  stand(0);
})();
