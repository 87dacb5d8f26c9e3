package mongotest

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// ferretdb builds and starts a FerretDB that ends with the test, and returns its
// host:port.
func ferretdb(t testing.TB) string {
	t.Helper()
	at, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}", "banli/store/mongo").Output()
	if err != nil {
		t.Fatalf("find banli/store/mongo: %v", err)
	}
	folder := t.TempDir()
	cmd := exec.Command("go", "run", "-C", strings.TrimSpace(string(at))+"/ferrettest", ".", folder)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe() // when it ends, so does the server: also when this process is killed
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		stop := time.AfterFunc(10*time.Second, func() { cmd.Process.Kill() }) //nolint:errcheck // Wait tells
		defer stop.Stop()
		if err := cmd.Wait(); err != nil {
			t.Logf("FerretDB ended with %v", err)
		}
	})
	uri, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("FerretDB said nothing: %v", err)
	}
	u, err := url.Parse(strings.TrimSpace(uri))
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

// Member is one mongod of a replica set that we started.
type Member struct {
	Host string
	cmd  *exec.Cmd
	args []string
}

// Kill ends a member as a power cut would.
func (m *Member) Kill() {
	m.cmd.Process.Kill() //nolint:errcheck // it may be dead already
	m.cmd.Wait()         //nolint:errcheck // killed
}

// Restart starts a member that was killed.
func (m *Member) Restart() error {
	m.cmd = exec.Command("mongod", m.args...)
	return m.cmd.Start()
}

// replicaSet starts a throw-away replica set on this machine.
func replicaSet(t testing.TB, members int) *Server {
	t.Helper()
	s := &Server{Query: url.Values{"replicaSet": {"banli"}}}
	var hosts []string
	config := bson.A{}
	for i := range members {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		host := ln.Addr().String()
		ln.Close()
		_, port, _ := net.SplitHostPort(host)
		dir := t.TempDir()
		m := &Member{Host: host, args: []string{
			"--replSet", "banli", "--bind_ip", "127.0.0.1", "--port", port, "--dbpath", dir, "--logpath", dir + "/log", "--oplogSize", "64",
		}}
		if err := m.Restart(); err != nil {
			t.Fatalf("mongod: %v", err)
		}
		t.Cleanup(m.Kill)
		s.Members, hosts = append(s.Members, m), append(hosts, host)
		config = append(config, bson.D{{Key: "_id", Value: i}, {Key: "host", Value: host}})
	}
	s.URI = "mongodb://" + strings.Join(hosts, ",") + "/"

	first, err := driver.Connect(options.Client().ApplyURI("mongodb://" + hosts[0] + "/?directConnection=true"))
	if err != nil {
		t.Fatal(err)
	}
	defer first.Disconnect(context.Background()) //nolint:errcheck // nothing is lost by it
	initiate := bson.D{{Key: "replSetInitiate", Value: bson.D{{Key: "_id", Value: "banli"}, {Key: "members", Value: config}}}}
	if err := first.Database("admin").RunCommand(t.Context(), initiate).Err(); err != nil {
		t.Fatalf("replSetInitiate: %v", err)
	}
	s.Primary(t)
	return s
}

// Primary waits for a primary, and says which member it is.
func (s *Server) Primary(t testing.TB) *Member {
	t.Helper()
	client := s.Client(t)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		var hello struct {
			Primary string `bson:"primary"`
		}
		err := client.Database("admin").RunCommand(t.Context(), bson.D{{Key: "hello", Value: 1}}).Decode(&hello)
		for _, m := range s.Members {
			if err == nil && m.Host == hello.Primary {
				return m
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("no primary in a minute: %v", fmt.Sprint(hello, err))
		}
	}
}

// StepDown has the primary give up its role.
func (s *Server) StepDown(t testing.TB) {
	t.Helper()
	err := s.Client(t).Database("admin").RunCommand(t.Context(), bson.D{{Key: "replSetStepDown", Value: 5}, {Key: "force", Value: true}}).Err()
	if err != nil && !driver.IsNetworkError(err) {
		t.Fatalf("replSetStepDown: %v", err)
	}
}
