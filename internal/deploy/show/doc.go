// Package show writes what a deployment tells, for people and for programs.
package show
