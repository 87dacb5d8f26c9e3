// Counts hour clocks down in their text, once a minute. The server decides the state: nothing here
// changes a colour or speaks. At zero the page is asked for again by whoever listens to clock-due.
const minute = 60_000;

export function startClocks() {
  setInterval(tick, minute);
}

function tick() {
  for (const t of document.querySelectorAll("time[data-left]")) {
    const left = Number(t.dataset.left) - 1;
    t.dataset.left = left;
    if (left <= 0) {
      t.removeAttribute("data-left");
      t.dispatchEvent(new CustomEvent("clock-due", { bubbles: true }));
      if (left < 0) continue;
    }
    t.textContent = t.dataset.text.replace("{h}", Math.floor(left / 60)).replace("{m}", left % 60);
  }
}
