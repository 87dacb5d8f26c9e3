// Package casefile is the page of a project and of a case, for everybody who may
// see them: owner, liaison, window, department, supervisor.
//
// There is one page of a case, whoever looks: it shows how the case stands at the
// instant of the request, which acts are lawful for this person and what each does
// to the clocks, and the ledger of what happened. Every due date leads to the sum
// behind it. What somebody may see and do is decided by casework and the engine;
// this package shows it and passes on what is posted.
package casefile
