package rule

// Env is what an expression may name: variables with their types, and functions.
// It is not changed after it was first used.
type Env struct {
	Vars  []Field
	Funcs []Func
	// Read gives the way to a variable that is quicker than asking the [Source] by its
	// name; nil where there is none.
	Read   func(variable string) func(Source) Value
	Layout *Layout // where rules keep what they read; nil: nowhere
}

// Func is a function of ours.
type Func struct {
	Name   string
	Params []Type
	Result Type
	OneOf  []string // where given, a literal first argument must be one of these
	Reads  []string // what it reads besides its arguments, for Rule.Reads
	// Call answers; args are only valid during the call. It must be pure.
	Call func(vars Source, args []Value) (Value, error)
}

// Source gives the values of an Env's variables, or the fields of an object: whatever [Of]
// takes, nil where there is none.
type Source interface{ Get(name string) any }

// Vars is a Source made of a map.
type Vars map[string]any

// Get implements [Source].
func (v Vars) Get(name string) any { return v[name] }

func (e *Env) variable(name string) (Type, bool) {
	for _, f := range e.Vars {
		if f.Name == name {
			return f.Type, true
		}
	}
	return Any, false
}

// read is the way to a variable.
func (e *Env) read(name string) func(Source) Value {
	if e.Read != nil {
		if read := e.Read(name); read != nil {
			return read
		}
	}
	return func(s Source) Value { return Of(s.Get(name)) }
}

func (e *Env) function(name string) *Func {
	for i := range e.Funcs {
		if e.Funcs[i].Name == name {
			return &e.Funcs[i]
		}
	}
	return nil
}
