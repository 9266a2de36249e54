// Niceties only: the page works without this.

const box = document.getElementById("q");
const loading = document.getElementById("loading");
const tabs = [...document.querySelectorAll('[role="tab"]')];

const writing = (element) => element.matches("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.key === "/" && plain && !writing(event.target)) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});

// The tabs pattern: one stop in the focus order, arrows move, Enter or Space follows.
const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

const target = (key, place) => {
  if (key in STEPS) return (place + STEPS[key] + tabs.length) % tabs.length;
  return { Home: 0, End: tabs.length - 1 }[key];
};

for (const [place, tab] of tabs.entries()) {
  tab.tabIndex = tab.getAttribute("aria-selected") === "true" ? 0 : -1;
  tab.addEventListener("keydown", (event) => {
    const next = target(event.key, place);
    if (next !== undefined) {
      event.preventDefault();
      tabs[next].focus();
    } else if (event.key === " ") {
      event.preventDefault();
      tab.click();
    }
  });
}

const waiting = (on) => {
  loading.textContent = on ? loading.dataset.text : "";
  document.body.classList.toggle("waiting", on);
};

document.querySelector("form").addEventListener("submit", () => waiting(true));
for (const link of document.querySelectorAll('[role="tab"], .pages a')) {
  link.addEventListener("click", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) waiting(true);
  });
}
// The page comes back from the browser's memory as it was left.
window.addEventListener("pageshow", () => waiting(false));

// Where a click log is kept, it is told which result was opened, whichever way its link is followed.
const results = document.querySelector("[data-searched]");

const tell = (event) => {
  const link = event.target.closest("a[data-id]");
  if (!link || event.button > 1) return;
  const click = { q: results.dataset.searched, type: link.dataset.type, id: link.dataset.id };
  const body = new Blob([JSON.stringify(click)], { type: "application/json" });
  navigator.sendBeacon("/api/v1/clicks", body); // outlives the page, and holds nobody up
};

for (const way of ["click", "auxclick"]) results?.addEventListener(way, tell);
