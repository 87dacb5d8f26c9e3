// Saves a form as it is typed: <form data-autosave="URL">, with a line [data-autosave-status]
// carrying the wording for failures. The server's answer (one line of text) is what is shown.
const pause = 1200;

document.addEventListener("input", (e) => schedule(e.target.closest?.("form[data-autosave]")));
document.addEventListener("change", (e) => schedule(e.target.closest?.("form[data-autosave]")));
document.addEventListener("submit", (e) => clearTimeout(e.target.saveTimer));

function schedule(form) {
  if (!form) return;
  clearTimeout(form.saveTimer);
  form.saveTimer = setTimeout(() => save(form), pause);
}

async function save(form) {
  if (form.dataset.busy) return;
  if (form.saving) return schedule(form);
  form.saving = true;
  const say = (text) => {
    const line = document.querySelector("[data-autosave-status]");
    if (line) line.textContent = text;
  };
  const words = document.querySelector("[data-autosave-status]")?.dataset ?? {};
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
  try {
    const answer = await fetch(form.dataset.autosave, { method: "POST", body: fields, headers: { "X-Autosave": "1" } });
    const text = (answer.headers.get("Content-Type") ?? "").startsWith("text/plain") ? await answer.text() : "";
    if (answer.redirected || (!answer.ok && answer.status !== 409)) say(words.failed);
    else if (answer.status === 409) say(text || words.conflict);
    else {
      say(text);
      const rev = answer.headers.get("X-Draft-Rev");
      if (rev && form.elements.rev) form.elements.rev.value = rev;
    }
  } catch {
    say(words.offline);
  } finally {
    form.saving = false;
  }
}
