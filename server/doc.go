// Package server puts the features together into one HTTP handler: the hall, the
// workbench, case files, supervision and accounts, under one site.
//
// It owns which feature answers for which menu and where a person begins. It knows
// no store and no configuration file; package main gives it services that are ready.
package server
