#!/bin/sh
# Copies what we ship from the pinned npm packages into vendor/, so that bundling needs Go alone.
# Run after changing package.json; the copies and package-lock.json are committed.
set -eu
cd "$(dirname "$0")"
npm ci --ignore-scripts --no-audit --no-fund
take() { # package, file inside it, licence file inside it
	mkdir -p "vendor/$1"
	cp "node_modules/$1/$2" "vendor/$1/"
	cp "node_modules/$1/$3" "vendor/$1/LICENSE"
	node -p "require('./node_modules/$1/package.json').version" >"vendor/$1/VERSION"
}
rm -rf vendor
take bootstrap dist/css/bootstrap.min.css LICENSE
take htmx.org dist/htmx.min.js LICENSE
take accessible-autocomplete dist/accessible-autocomplete.min.js LICENSE.txt
take accessible-autocomplete dist/accessible-autocomplete.min.css LICENSE.txt
# axe-core checks pages in tests and is not shipped.
axe=../../../browser/axe
mkdir -p "$axe"
cp node_modules/axe-core/axe.min.js node_modules/axe-core/LICENSE "$axe/"
cp node_modules/axe-core/LICENSE-3RD-PARTY.txt "$axe/"
