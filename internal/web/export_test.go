package web

// Own is this package's pack, for its tests.
var Own = own
