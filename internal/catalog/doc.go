// Package catalog knows the resource types: which there are, by which table
// names they go, and their schemas, decoded when first used. Types come from
// the starter catalog inside the program or from a catalog file, which Pull
// makes of AWS's schema bundle.
package catalog
