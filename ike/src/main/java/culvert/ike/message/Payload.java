package culvert.ike.message;

/** One payload of an IKE message (RFC 7296 3.2 to 3.16). SK itself is the codec's business. */
public sealed interface Payload
        permits SaPayload,
                KePayload,
                IdPayload,
                CertPayload,
                CertRequestPayload,
                AuthPayload,
                NoncePayload,
                NotifyPayload,
                DeletePayload,
                VendorIdPayload,
                TsPayload,
                ConfigurationPayload,
                EapPayload,
                UnknownPayload {

    /** Which side of the exchange a payload describes: IDi or IDr, TSi or TSr. */
    enum Side {
        INITIATOR,
        RESPONDER
    }
}
