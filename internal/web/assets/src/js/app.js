// Everything here is an extra: each page works with script off.
import "../vendor/htmx.org/htmx.min.js";
import { onSwap } from "./swap.js";
import { focusErrors } from "./errors.js";
import { countCharacters } from "./counter.js";
import { showConditional } from "./conditional.js";
import { startClocks } from "./clock.js";
import { closeMenu } from "./menu.js";
import { enhanceSelects } from "./load.js";
import "./autosave.js";
import "./busy.js";
import "./selection.js";

function enter(root) {
  focusErrors(root);
  countCharacters(root);
  showConditional(root);
  enhanceSelects(root);
}

closeMenu();
enter(document);
startClocks();
onSwap(enter);
