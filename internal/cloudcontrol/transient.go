package cloudcontrol

import "skyql/internal/resource"

// Transient reports whether the same call may well succeed when it is made
// again later. It says nothing about whether repeating is safe: for that, see
// the ClientToken of Mutator.
func Transient(code resource.Code) bool {
	switch code {
	case resource.Throttling, resource.ServiceInternalError, resource.InternalFailure,
		resource.ServiceTimeout, resource.NetworkFailure, resource.Unreachable:
		return true
	}
	return false
}
