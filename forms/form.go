package forms

// Form is a compiled schema. It is immutable and may be used by many goroutines.
type Form struct{ schema map[string]any }

// Compile turns a JSON Schema into a form, or says everything that is wrong with it as [Faults].
func Compile(id string, schema map[string]any, opt Options) (*Form, error) { return &Form{schema}, nil }

// Schema is the schema the form was made of; not to be changed.
func (f *Form) Schema() map[string]any { return f.schema }

// Fields lists groups, lists and questions in page order, each before what is inside it.
func (f *Form) Fields() []Field { return nil }

// Faults lists what was left out under [Options].Partial.
func (f *Form) Faults() Faults { return nil }

// Initial gives the answers a new form starts with: the defaults of the schema.
func (f *Form) Initial() map[string]any { return nil }

// View lays the form out with answers and problems.
func (f *Form) View(answers map[string]any, problems []Problem, ctx Context) View { return View{} }

// Parse reads posted values. What cannot be read as its type is kept as typed, for Check to name.
func (f *Form) Parse(values map[string][]string) Result { return Result{} }

// Merge gives posted answers the prior answers of read-only fields and of what is no question.
func (f *Form) Merge(prior, posted map[string]any) map[string]any { return posted }

// Check says what is wrong with answers, in page order.
func (f *Form) Check(answers map[string]any, ctx Context) []Problem { return nil }

// Stop is the problem of an answer that ends the form (x-stop): nothing of it may be stored.
func (f *Form) Stop(answers map[string]any) (Problem, bool) { return Problem{}, false }

// Prune gives the answers without those of hidden fields.
func (f *Form) Prune(answers map[string]any) map[string]any { return answers }

// Summary lists the shown answers for reading, in the order and with the labels of the form.
func (f *Form) Summary(answers map[string]any, lang string) []SummaryRow { return nil }

// Diff lists what changed from one set of answers to another, in page order.
func (f *Form) Diff(old, new map[string]any, lang string) []DiffRow { return nil }

// Message says what to do about a problem, in Chinese or English.
func (p Problem) Message(lang string) string { return "" }

// Error lists the faults, one a line.
func (f Faults) Error() string { return "" }

// Blocking tells whether any problem stops the form.
func Blocking(problems []Problem) bool { return false }
