package mongotest

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// msg is an OP_MSG as drivers send them, with more after its body.
func msg(t *testing.T, body bson.D, more ...byte) message {
	t.Helper()
	b, err := bson.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	m := make(message, headerSize+5)
	m = append(append(m, b...), more...)
	binary.LittleEndian.PutUint32(m, uint32(len(m)))
	binary.LittleEndian.PutUint32(m[12:], opMsg)
	return m
}

func TestMessage(t *testing.T) {
	m := msg(t, bson.D{{Key: "update", Value: "cases"}, {Key: "maxTimeMS", Value: int64(7)}, {Key: "ordered", Value: true}}, 1, 2, 3)
	if got := m.command(); got != "update cases" {
		t.Errorf("command %q, expected update cases", got)
	}
	if want := msg(t, bson.D{{Key: "update", Value: "cases"}, {Key: "ordered", Value: true}}, 1, 2, 3); !bytes.Equal(m.unlimited(), want) {
		t.Errorf("without its limit: %x, expected %x", m.unlimited(), want)
	}
	if m.more() {
		t.Error("more is expected after a message that does not say so")
	}
	m[headerSize] = moreToCome
	if !m.more() {
		t.Error("no more is expected after a message that says so")
	}
	if got := message(make([]byte, 20)).command(); got != "" {
		t.Errorf("an old message has the command %q", got)
	}
	if _, err := readMessage(bytes.NewReader([]byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})); err == nil {
		t.Error("a message shorter than its header is taken")
	}
}

// TestProxy: what reaches the server, and what comes back, of each fault.
func TestProxy(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	arrived := make(chan message, 1)
	go func() { // a server that says back what it gets
		for {
			c, err := server.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				for {
					m, err := readMessage(c)
					if err != nil {
						return
					}
					arrived <- m
					if _, err := c.Write(m); err != nil {
						return
					}
				}
			}()
		}
	}()
	m := msg(t, bson.D{{Key: "ping", Value: 1}})
	for fault, want := range map[Fault]struct {
		done bool
		back int
	}{
		None: {true, len(m)}, Late: {true, len(m)}, Lost: {false, 0}, NoAnswer: {true, 0}, HalfAnswer: {true, len(m) / 2}, HalfClosed: {true, 0}, Silent: {true, 0},
	} {
		t.Run(fault.String(), func(t *testing.T) {
			p := NewProxy(t, server.Addr().String(), true)
			p.Plan(func(string) Fault { return fault })
			c, err := net.Dial("tcp", p.Address)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if _, err := c.Write(m); err != nil {
				t.Fatal(err)
			}
			c.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
			back, _ := io.ReadAll(c)
			if len(back) != want.back {
				t.Errorf("%d bytes came back, expected %d", len(back), want.back)
			}
			select {
			case <-arrived:
				if !want.done {
					t.Error("it reached the server")
				}
			default:
				if want.done {
					t.Error("it did not reach the server")
				}
			}
		})
	}
}
