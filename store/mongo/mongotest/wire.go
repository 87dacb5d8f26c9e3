package mongotest

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// message is one message of the protocol, its header included.
type message []byte

const (
	headerSize = 16
	opMsg      = 2013
	moreToCome = 1 << 1 // in the flags of an OP_MSG: another follows without being asked for
)

func readMessage(r io.Reader) (message, error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(header[:])
	if size < headerSize || size > 64<<20 {
		return nil, fmt.Errorf("a message of %d bytes", size)
	}
	m := append(make(message, 0, size), header[:]...)[:size]
	_, err := io.ReadFull(r, m[headerSize:])
	return m, err
}

func (m message) isMsg() bool {
	return len(m) > headerSize+5 && binary.LittleEndian.Uint32(m[12:]) == opMsg
}

// more says that another message follows.
func (m message) more() bool {
	return m.isMsg() && binary.LittleEndian.Uint32(m[headerSize:])&moreToCome != 0
}

// command is the name and collection of the command in an OP_MSG, such as "update
// cases"; "" for the older messages that open a connection.
func (m message) command() string {
	if !m.isMsg() {
		return ""
	}
	e, err := bson.Raw(m[headerSize+5:]).IndexErr(0) // flags, kind of the first section, which is the body
	if err != nil {
		return ""
	}
	name := e.Key()
	if of, ok := e.Value().StringValueOK(); ok {
		name += " " + of
	}
	return name
}

// unlimited is a command without its maxTimeMS.
func (m message) unlimited() message {
	if !m.isMsg() {
		return m
	}
	body := bson.Raw(m[headerSize+5:])
	size := int(binary.LittleEndian.Uint32(body))
	if _, err := body[:size].LookupErr("maxTimeMS"); err != nil {
		return m
	}
	var fields bson.D
	if err := bson.Unmarshal(body[:size], &fields); err != nil {
		return m
	}
	fields = slices.DeleteFunc(fields, func(e bson.E) bool { return e.Key == "maxTimeMS" })
	short, err := bson.Marshal(fields)
	if err != nil {
		return m
	}
	m = slices.Concat(m[:headerSize+5], short, m[headerSize+5+size:])
	binary.LittleEndian.PutUint32(m, uint32(len(m)))
	return m
}
