import { onFailure, onIdle } from "./swap.js";

// One submission at a time: a second click while the first is under way does nothing, and after
// 300 ms the button says so. The key in the form makes a repeated submission harmless anyway.
const wait = 300;

document.addEventListener("submit", (e) => {
  const form = e.target;
  if (form.dataset.busy) return e.preventDefault();
  if (form.method === "get") return;
  form.dataset.busy = "1";
  const button = e.submitter;
  if (!button) return;
  form.busyTimer = setTimeout(() => {
    button.dataset.word = button.textContent;
    button.setAttribute("aria-disabled", "true");
    button.textContent = document.documentElement.dataset.busyText;
  }, wait);
});

function release(form) {
  clearTimeout(form.busyTimer);
  delete form.dataset.busy;
  for (const b of form.querySelectorAll("button[data-word]")) {
    b.textContent = b.dataset.word;
    b.removeAttribute("aria-disabled");
    delete b.dataset.word;
  }
}

const releaseAround = (el) => {
  const form = el.closest?.("form");
  if (form) release(form);
};
onIdle(releaseAround);
onFailure(releaseAround);
addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach(release));
