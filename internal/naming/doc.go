// Package naming turns the names of resource types and their properties into
// the names of tables and columns. It is pure: the same name always gives the
// same answer, and nothing is looked up.
//
// Every thing has one canonical name, plain snake case with sane acronyms
// (callback_urls, oauth_scopes, ec2_instance_type), which is what skyql prints.
// Besides it, each spelling that the StackQL awscc provider uses is accepted
// (e_c2_instance_type, _schema), so that queries written for it keep running.
// docs/decisions/0002-names.md tells the choices.
package naming
