package rule

import (
	"slices"
	"strings"
)

// Kind is the kind of a [Type].
type Kind uint8

// Kinds. The zero Type is Any: nothing is known, everything is allowed.
const (
	KindAny Kind = iota
	KindBool
	KindInt    // a whole number
	KindNumber // a number
	KindString
	KindTime
	KindList
	KindObject
	kindNil // the type of nil, and of the elements of []
)

// Type is what is known of a value before there is one. Every value may be missing.
type Type struct {
	Kind   Kind
	Elem   *Type   // of a list; nil: Any
	Fields []Field // of an object, in the author's order
	Open   bool    // an object that may have fields beside Fields, of type Any
}

// Field is one named part of an object.
type Field struct {
	Name string
	Type Type
}

// The simple types.
var (
	Any    = Type{}
	Bool   = Type{Kind: KindBool}
	Int    = Type{Kind: KindInt}
	Number = Type{Kind: KindNumber}
	String = Type{Kind: KindString}
	Time   = Type{Kind: KindTime}

	nilType = Type{Kind: kindNil}
)

// ListOf is the type of a list of t.
func ListOf(t Type) Type { return Type{Kind: KindList, Elem: &t} }

// ObjectOf is the type of an object with exactly these fields.
func ObjectOf(fields ...Field) Type { return Type{Kind: KindObject, Fields: fields} }

// Field looks a field up.
func (t Type) Field(name string) (Type, bool) {
	for _, f := range t.Fields {
		if f.Name == name {
			return f.Type, true
		}
	}
	return Any, t.Open || t.Kind == KindAny
}

func (t Type) elem() Type {
	if t.Elem == nil {
		return Any
	}
	return *t.Elem
}

// Equal says whether both are the same type, field by field.
func (t Type) Equal(u Type) bool {
	if t.Kind != u.Kind || t.Open != u.Open {
		return false
	}
	switch t.Kind {
	case KindList:
		return t.elem().Equal(u.elem())
	case KindObject:
		return slices.EqualFunc(t.Fields, u.Fields, func(a, b Field) bool { return a.Name == b.Name && a.Type.Equal(b.Type) })
	}
	return true
}

// String names the type for the author of a definition.
func (t Type) String() string {
	switch t.Kind {
	case KindBool:
		return "yes or no"
	case KindInt:
		return "a whole number"
	case KindNumber:
		return "a number"
	case KindString:
		return "text"
	case KindTime:
		return "an instant"
	case KindList:
		if t.Elem != nil && t.Elem.Kind != KindAny && t.Elem.Kind != kindNil {
			return "a list of " + strings.TrimPrefix(t.Elem.String(), "a ")
		}
		return "a list"
	case KindObject:
		return "an object"
	case kindNil:
		return "nothing (nil)"
	}
	return "anything"
}

// Join is the narrowest type that has the values of both.
func Join(t, u Type) Type {
	switch {
	case t.Kind == kindNil:
		return u
	case u.Kind == kindNil || t.Equal(u):
		return t
	case t.numeric() && u.numeric():
		return Number
	case t.Kind == KindList && u.Kind == KindList:
		return ListOf(Join(t.elem(), u.elem()))
	case t.Kind == KindObject && u.Kind == KindObject:
		return joinObjects(t, u)
	}
	return Any
}

func joinObjects(t, u Type) Type {
	out := Type{Kind: KindObject, Open: t.Open || u.Open, Fields: slices.Clone(t.Fields)}
	for _, f := range u.Fields {
		if i := slices.IndexFunc(out.Fields, func(g Field) bool { return g.Name == f.Name }); i >= 0 {
			out.Fields[i].Type = Join(out.Fields[i].Type, f.Type)
		} else {
			out.Fields = append(out.Fields, f)
		}
	}
	return out
}

func (t Type) numeric() bool { return t.Kind == KindInt || t.Kind == KindNumber }

// known says whether anything is known that a check can hold against the author.
func (t Type) known() bool { return t.Kind != KindAny && t.Kind != kindNil }

// fits says whether a value of type t may be used where want is expected.
func (t Type) fits(want Type) bool {
	switch {
	case !t.known() || !want.known() || t.Kind == want.Kind && t.Kind != KindList:
		return true
	case t.Kind == KindList && want.Kind == KindList:
		return t.elem().fits(want.elem())
	}
	return t.numeric() && want.numeric()
}
