/** Who pays for jobs, what they use, and whether their limits leave room for more. */
package org.headrace.core.internal.charge;
