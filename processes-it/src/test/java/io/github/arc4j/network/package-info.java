/** Tests of the image's processes on faulty networks. */
package io.github.arc4j.network;
