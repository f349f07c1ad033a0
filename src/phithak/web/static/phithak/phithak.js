// Keys, polling and focus. Every page works without this file; it only makes work at the desk quicker.
"use strict";
(() => {
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
  const rows = () => Array.from(document.querySelectorAll("[data-row]")).filter((row) => row.offsetParent !== null);
  const handle = (row) => row.querySelector("[data-open]") || row.querySelector("a, button");
  let chosen = null;
  let waitsForG = 0;

  const choose = (row) => {
    if (!row) return;
    if (chosen) chosen.classList.remove("ph-chosen");
    chosen = row;
    row.classList.add("ph-chosen");
    const target = handle(row) || row;
    if (target === row) row.tabIndex = -1;
    target.focus();
    target.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const all = rows();
    if (all.length === 0) return;
    const focused = document.activeElement ? document.activeElement.closest("[data-row]") : null;
    const now = all.indexOf(focused || chosen);
    choose(all[now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, now + by))]);
  };
  // a row's own action comes before the page's
  const act = (name) => {
    const selector = `[data-key="${name}"]`;
    const found = (chosen && chosen.isConnected && chosen.querySelector(selector)) || document.querySelector(selector);
    if (found) found.click();
    return Boolean(found);
  };
  const open = (link) => {
    const found = document.querySelector(`[data-goto="${link}"]`);
    if (found) found.click();
  };
  const search = () => {
    const box = document.querySelector("main input[type=search]") || document.querySelector("[data-search]");
    if (box) { box.focus(); box.select(); }
    return Boolean(box);
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") {
      const pop = document.querySelector("details.ph-pop[open], details.ph-phone-menu[open]");
      if (pop) { pop.open = false; pop.querySelector("summary").focus(); }
      else if (typing(event.target)) event.target.blur();
      return;
    }
    if (typing(event.target)) return;
    const afterG = event.timeStamp - waitsForG < 1500;
    waitsForG = 0;
    // event.code: on a Thai keyboard "j" types ่
    const key = event.key === "?" || event.key === "/" ? event.key : event.code;
    let taken = true;
    if (afterG && key === "KeyH") open("home");
    else if (key === "?" || (event.shiftKey && key === "Slash")) open("keys");
    else if (key === "/" || (!event.shiftKey && key === "Slash")) taken = search();
    else if (event.shiftKey) taken = false;
    else if (key === "KeyG") waitsForG = event.timeStamp;
    else if (key === "KeyJ") step(1);
    else if (key === "KeyK") step(-1);
    else if (key === "KeyE") taken = act("e");
    else if (key === "KeyA") taken = act("a");
    else taken = false;
    if (taken) event.preventDefault();
  });

  // a tab that nobody looks at asks for nothing
  document.addEventListener("htmx:before:request", (event) => {
    const cause = event.detail.ctx && event.detail.ctx.sourceEvent;
    if (document.hidden && cause && cause.type === "every") event.preventDefault();
  });
  // a form that came back with errors: say so first
  const tellErrors = () => {
    const summary = document.querySelector("[data-summary]");
    if (summary && !summary.dataset.told) { summary.dataset.told = "1"; summary.focus(); }
  };
  document.addEventListener("htmx:after:swap", tellErrors);
  tellErrors();
  document.addEventListener("click", (event) => {
    for (const pop of document.querySelectorAll("details.ph-pop[open]")) {
      if (!pop.contains(event.target)) pop.open = false;
    }
  });
})();
