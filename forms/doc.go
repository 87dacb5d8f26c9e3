// Package forms turns a JSON Schema into questions, posted values into answers,
// and answers into problems a person can act on.
//
// It knows nothing of HTTP, HTML, stores or clocks: a [View] is a tree of plain
// values for templates that decide nothing, posted values arrive as a map, and
// today is an argument. A [Form] is immutable and safe for many goroutines.
//
// # Answers
//
// Answers are what encoding/json gives for an object: map[string]any, []any,
// string, bool, nil, and numbers as json.Number, so that money is never a float.
// An empty answer is absent. A control's name is the JSON Pointer of its answer.
//
// # Keywords
//
// Drafts 2020-12 and 7 are understood. Our own keywords, all optional:
//
//	title, x-title-en              label
//	description, x-description-en  hint
//	x-order: [a, b]                order of an object's properties; the others follow, required ones first, by name
//	x-sections: [{id, title, title_en, fields: [a, b]}]   at the root: the page's parts and their order
//	x-section, x-section-en        the same on a property: consecutive ones of one title make a part
//	x-widget                       textarea, text, radios, select, autocomplete, checkboxes, money, output, hidden
//	x-unit, x-unit-en              万元, 平方米 …
//	x-codes                        id of a code list: the answer is one of its codes
//	x-enum-names, x-enum-names-en  labels of enum, in its order (or oneOf of const and title, x-title-en)
//	x-show-when: {/a: v, /b: [v, w]}   shown when all hold; a pointer from the root, * for the row the field is in
//	x-source                       where a prefilled value comes from: project.name; with readOnly it is locked
//	x-source-title, x-source-title-en   what people call that: 项目登记 is shown as 来自项目登记
//	x-autocomplete                 the HTML attribute
//	x-message, x-message-en        what to do, in place of our message about pattern, format or not
//	x-not-before, x-not-after      pointer of another date or month, or today
//	x-stop: {value, message, message_en}   an answer that ends the form; nothing of it may be stored
//	x-sum: {rows: /a/*/b, equals: /c, tolerance: "0.01"}   at the root, one or a list: exact sums, also shown as totals
//
// # Formats
//
// Besides those of JSON Schema: uscc (GB 32100; the inner GB 11714 digit only
// warns), org-code (GB 11714), resident-id (GB 11643, born not after today),
// mobile-cn, project-code (both generations), year-month, and decimal(p,s) for
// numbers of at most p digits, s of them after the point.
//
// # Conditions
//
// if/then/else is rendered when the if tests properties for const or enum,
// dependentRequired and dependentSchemas always, oneOf and anyOf when a property with
// const or enum tells the branches apart. A field of a branch is shown while the
// branch applies. A question not answered yet opens nothing. What cannot be
// rendered is a [Fault] when the form is compiled, not a surprise when it is filled in.
//
// The answers of hidden fields travel with the page, are not checked, and are
// dropped by [Form.Prune] before anything is decided on them. On the page,
// [FieldView].ShowWhen lets script follow: a hidden control counts as one without
// a value, and numbers are compared as numbers, without their commas.
//
// # Posts
//
// Besides its controls a page sends the inputs of [View].Hidden: _row keeps a row
// in which nothing is answered yet, _empty an answer that is there and empty. The
// buttons of lists are named _add and _remove. A page posted unchanged parses to
// the answers it was made of, read-only ones coming back with [Form.Merge].
package forms
