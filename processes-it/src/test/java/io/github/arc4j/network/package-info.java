/** Tests of the image's processes on networks that make life hard. */
package io.github.arc4j.network;
