// Characters left beside a text area: <textarea maxlength data-count="id of the line">, the line
// carrying its wording in data-text with {n}.
export function countCharacters(root) {
  root.querySelectorAll("textarea[maxlength][data-count]").forEach(count);
}

function count(area) {
  const line = document.getElementById(area.dataset.count);
  if (line) line.textContent = line.dataset.text.replace("{n}", area.maxLength - [...area.value].length);
}

document.addEventListener("input", (e) => {
  if (e.target.matches?.("textarea[maxlength][data-count]")) count(e.target);
});
