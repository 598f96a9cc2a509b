/**
 * Why is it not working? Checks in the order in which one thing depends on another, each with its
 * evidence and one thing to do.
 */
package culvert.gateway.doctor;
