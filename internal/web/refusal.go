package web

// refusalProblem words a refused command. A refusal is not a fault: it names the rule.
func refusalProblem(r *Request, err error) (*Problem, bool) { return nil, false }
