// Long selects become a search field. The select stays, hidden, and is what the form sends. This
// file is loaded by load.js, and only where a page has such a field.
import accessibleAutocomplete from "../vendor/accessible-autocomplete/accessible-autocomplete.min.js";

function enhance(select) {
  if (select.dataset.enhanced) return;
  select.dataset.enhanced = "1";
  const words = select.dataset;
  const chosen = select.selectedOptions[0];
  accessibleAutocomplete.enhanceSelectElement({
    selectElement: select,
    defaultValue: chosen?.value ? chosen.textContent.trim() : "",
    showAllValues: true,
    minLength: 0,
    confirmOnBlur: true,
    inputClasses: "form-control",
    displayMenu: "overlay",
    onConfirm: (text) => {
      const option = [...select.options].find((o) => o.textContent.trim() === text);
      if (!option) return;
      option.selected = true;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    },
    tNoResults: () => words.none,
    tStatusNoResults: () => words.none,
    tStatusQueryTooShort: () => "",
    tStatusSelectedOption: (option, length, index) => `${option} ${index + 1}/${length}`,
    tStatusResults: (length, option) => `${words.results.replace("{n}", length)} ${option}`,
    tAssistiveHint: () => words.hint,
  });
}

window.banliAutocomplete = (selects) => selects.forEach(enhance);
