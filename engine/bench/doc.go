// Package bench compares the engine with the same work done by other means: plain Go,
// the virtual machine of expr, and libraries of others. It is a module of its own, so
// that the product requires none of them.
//
//	cd engine/bench && go test -bench . -benchmem
//
// The column cpu-ns/op is the processor time of the process for one operation; on a busy
// machine it says more than the time that passed.
package bench
