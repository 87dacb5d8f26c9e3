// Package hall is the public hall and the applicant's side: guides, look-up of a
// project by its code, registration, applications, and one's own projects.
//
// Guides and look-up need no log-in. What is typed is kept as a draft from the
// first save on and is never lost to an error; nothing of a classified project is
// kept at all. What was sent is shown on the pages of package casefile.
package hall
