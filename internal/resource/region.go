package resource

import (
	"fmt"
	"strings"
)

// Region is an AWS region such as "eu-west-1".
type Region string

// Scope is where a call is made: one account in one region. An empty Account
// is the account of the credentials in use.
type Scope struct {
	Account string
	Region  Region
}

// String gives "eu-west-1", or "eu-west-1 (account 123456789012)".
func (s Scope) String() string {
	if s.Account == "" {
		return string(s.Region)
	}
	return string(s.Region) + " (account " + s.Account + ")"
}

// Partition is a separate world of AWS with its own accounts and domain.
type Partition struct {
	Name      string // as in ARNs: "aws", "aws-cn", …
	DNSSuffix string
	Regions   []Region
}

// Partitions lists the regions of AWS by partition.
//
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
var Partitions = []Partition{
	{"aws", "amazonaws.com", []Region{
		"af-south-1",
		"ap-east-1", "ap-east-2",
		"ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
		"ap-south-1", "ap-south-2",
		"ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
		"ap-southeast-6", "ap-southeast-7",
		"ca-central-1", "ca-west-1",
		"eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2",
		"eu-west-1", "eu-west-2", "eu-west-3",
		"il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1",
		"us-east-1", "us-east-2", "us-west-1", "us-west-2",
	}},
	{"aws-cn", "amazonaws.com.cn", []Region{"cn-north-1", "cn-northwest-1"}},
	{"aws-us-gov", "amazonaws.com", []Region{"us-gov-east-1", "us-gov-west-1"}},
	{"aws-eusc", "amazonaws.eu", []Region{"eusc-de-east-1"}},
}

// PartitionOf returns the partition that the region lies in. A region that is
// not listed is taken for one of the main partition.
func PartitionOf(region Region) Partition {
	for _, partition := range Partitions {
		for _, known := range partition.Regions {
			if known == region {
				return partition
			}
		}
	}
	for _, partition := range Partitions[1:] {
		first := string(partition.Regions[0])
		if prefix := first[:strings.Index(first, "-")+1]; prefix != "us-" && strings.HasPrefix(string(region), prefix) {
			return partition
		}
	}
	return Partitions[0]
}

// KnownRegion reports whether the region is listed in Partitions.
func KnownRegion(region Region) bool {
	for _, partition := range Partitions {
		for _, known := range partition.Regions {
			if known == region {
				return true
			}
		}
	}
	return false
}

// AllRegions lists the regions of all partitions.
func AllRegions() []Region {
	var all []Region
	for _, partition := range Partitions {
		all = append(all, partition.Regions...)
	}
	return all
}

// UnknownRegionError says that a region does not exist.
type UnknownRegionError struct{ Region Region }

// Error names the nearest region that exists.
func (e *UnknownRegionError) Error() string {
	text := fmt.Sprintf("unknown region %q", string(e.Region))
	names := []string{}
	for _, region := range AllRegions() {
		names = append(names, string(region))
	}
	if near := Closest(strings.ToLower(string(e.Region)), names); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return text
}
