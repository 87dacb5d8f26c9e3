package mongotest

import (
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// Fault is what happens to one command on its way.
type Fault int

// The faults. After all but Late the connection is of no use any more.
const (
	None       Fault = iota
	Lost             // cut off before the server got the command: it is not done
	NoAnswer         // cut off after the server did it, before the answer
	HalfAnswer       // cut off in the middle of the answer
	HalfClosed       // the server's end is closed without an answer; the client could still send
	Silent           // the command is done, its answer never comes, and nobody says so
	Late             // the answer comes a moment later
)

// Faults lists them all.
var Faults = []Fault{Lost, NoAnswer, HalfAnswer, HalfClosed, Silent, Late}

func (f Fault) String() string {
	return [...]string{"none", "lost", "no answer", "half an answer", "half closed", "silent", "late"}[f]
}

// Proxy stands between driver and server and knows where commands begin and end,
// so that a test can say what is lost of which. It lets one command at a time
// through to the server where that is asked for, and without a limit of time: a
// server that does the two halves of a conditional update one after the other, and
// does not come to rest after a command it broke off, is then as good as another,
// over any number of connections.
type Proxy struct {
	Address string // host:port

	server  string
	one     bool
	serving sync.Mutex // held from a command to its answer, when one
	mu      sync.Mutex // guards plan
	plan    func(command string) Fault
}

// NewProxy listens until the test ends.
func NewProxy(t testing.TB, server string, oneAtATime bool) *Proxy {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, ln, server, oneAtATime)
}

// NewTLSProxy is a proxy that drivers reach over TLS, and the file with the
// certificate that vouches for it.
func NewTLSProxy(t testing.TB, server string) (p *Proxy, caFile string) {
	t.Helper()
	cert, caFile := certificate(t)
	ln, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, ln, server, false), caFile
}

func serve(t testing.TB, ln net.Listener, server string, oneAtATime bool) *Proxy {
	p := &Proxy{Address: ln.Addr().String(), server: server, one: oneAtATime}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			client, err := ln.Accept()
			if err != nil {
				return
			}
			go p.carry(client)
		}
	}()
	return p
}

// Plan has every command from now on meet the fault that plan says; nil: none.
// Commands are named like "update cases". plan is called by one goroutine at a time.
func (p *Proxy) Plan(plan func(command string) Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.plan = plan
}

func (p *Proxy) fault(command string) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.plan == nil {
		return None
	}
	return p.plan(command)
}

// carry carries the commands of one connection.
func (p *Proxy) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		return
	}
	defer server.Close()
	for {
		m, err := readMessage(client)
		if err != nil {
			return
		}
		fault, command := None, m.command()
		greeting := command == "" || strings.HasPrefix(command, "hello") || strings.HasPrefix(command, "isMaster") || strings.HasPrefix(command, "ismaster")
		if !greeting { // those keep a driver informed, and may last
			fault = p.fault(command)
		}
		if fault == Lost || p.exchange(client, server, m, fault, p.one && !greeting) != nil {
			return
		}
	}
}

var errCut = errors.New("cut off as planned")

// exchange has the server do a command, and passes the answer on.
func (p *Proxy) exchange(client, server net.Conn, m message, fault Fault, alone bool) error {
	answer, err := p.ask(server, m, alone)
	for err == nil {
		if err = deliver(client, answer, fault); err != nil || !answer.more() {
			return err
		}
		answer, err = readMessage(server)
	}
	return err
}

func (p *Proxy) ask(server net.Conn, m message, alone bool) (message, error) {
	if alone {
		m = m.unlimited()
		p.serving.Lock()
		defer p.serving.Unlock()
	}
	if _, err := server.Write(m); err != nil {
		return nil, err
	}
	return readMessage(server)
}

func deliver(client net.Conn, answer message, fault Fault) error {
	switch fault {
	case Lost, NoAnswer:
		return errCut
	case HalfAnswer:
		client.Write(answer[:len(answer)/2]) //nolint:errcheck // it is cut off anyway
		return errCut
	case HalfClosed:
		client.(interface{ CloseWrite() error }).CloseWrite() //nolint:errcheck // it is cut off anyway
		fallthrough
	case Silent:
		client.Read(make([]byte, 1)) //nolint:errcheck // until the client gives up
		return errCut
	case Late:
		time.Sleep(20 * time.Millisecond)
	case None:
	}
	_, err := client.Write(answer)
	return err
}
