/** The read-only face over HTTP: a bounded server that knows nothing of what it serves. */
package culvert.gateway.http;
