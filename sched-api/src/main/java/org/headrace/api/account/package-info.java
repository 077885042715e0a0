/** What those who pay for jobs may use. */
@Export
@Version("1.2.0")
package org.headrace.api.account;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
