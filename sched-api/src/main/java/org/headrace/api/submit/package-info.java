/** Extension point {@code submit}: may change or refuse a job before it is accepted. */
@Export
@Version("1.0.0")
package org.headrace.api.submit;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
