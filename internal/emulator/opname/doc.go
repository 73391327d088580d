// Package opname has the names of the operations that the emulator answers, as
// settings, statistics and records call them, and names for several at once. An
// operation that is new here can be counted, slowed down, throttled and made to
// fail.
package opname
