package culvert.ike.message;

import culvert.ike.message.Payload.Side;

/** The bodies of payloads: the plain ones here, the structured ones in a codec of their own. */
final class PayloadCodec {
    // RFC 7296 3.9
    private static final int NONCE_MIN_BYTES = 16;
    private static final int NONCE_MAX_BYTES = 256;

    private PayloadCodec() {}

    static Payload decode(PayloadChain.Link link) throws MalformedMessageException {
        OctetReader body = link.body();
        return switch (link.type()) {
            case PayloadType.SA -> SaCodec.decode(body);
            case PayloadType.KE -> ke(body);
            case PayloadType.IDI -> IdCodec.decode(Side.INITIATOR, body);
            case PayloadType.IDR -> IdCodec.decode(Side.RESPONDER, body);
            case PayloadType.CERT -> new CertPayload(body.u8(), nonEmpty("CERT", body));
            case PayloadType.CERTREQ -> new CertRequestPayload(body.u8(), body.rest());
            case PayloadType.AUTH -> auth(body);
            case PayloadType.NONCE -> nonce(body);
            case PayloadType.NOTIFY -> NotifyCodec.decode(body);
            case PayloadType.DELETE -> DeleteCodec.decode(body);
            case PayloadType.VENDOR_ID -> new VendorIdPayload(body.rest());
            case PayloadType.TSI -> TsCodec.decode(Side.INITIATOR, body);
            case PayloadType.TSR -> TsCodec.decode(Side.RESPONDER, body);
            case PayloadType.CP -> new ConfigurationPayload(body.rest());
            case PayloadType.EAP -> new EapPayload(body.rest());
            case PayloadType.SK, PayloadType.SKF ->
                    throw MalformedMessageException.syntax(
                            PayloadType.name(link.type()) + " where no encrypted payload may be");
            default -> unknown(link);
        };
    }

    static int typeOf(Payload payload) {
        return switch (payload) {
            case SaPayload _ -> PayloadType.SA;
            case KePayload _ -> PayloadType.KE;
            case IdPayload id -> id.side() == Side.INITIATOR ? PayloadType.IDI : PayloadType.IDR;
            case CertPayload _ -> PayloadType.CERT;
            case CertRequestPayload _ -> PayloadType.CERTREQ;
            case AuthPayload _ -> PayloadType.AUTH;
            case NoncePayload _ -> PayloadType.NONCE;
            case NotifyPayload _ -> PayloadType.NOTIFY;
            case DeletePayload _ -> PayloadType.DELETE;
            case VendorIdPayload _ -> PayloadType.VENDOR_ID;
            case TsPayload ts -> ts.side() == Side.INITIATOR ? PayloadType.TSI : PayloadType.TSR;
            case ConfigurationPayload _ -> PayloadType.CP;
            case EapPayload _ -> PayloadType.EAP;
            case UnknownPayload unknown -> unknown.payloadType();
        };
    }

    static void encode(Payload payload, OctetWriter out) {
        switch (payload) {
            case SaPayload sa -> SaCodec.encode(sa, out);
            case KePayload ke -> out.u16(ke.group()).u16(0).octets(ke.publicValue());
            case IdPayload id -> IdCodec.encode(id, out);
            case CertPayload cert -> out.u8(cert.encoding()).octets(cert.data());
            case CertRequestPayload request ->
                    out.u8(request.encoding()).octets(request.authority());
            case AuthPayload auth -> out.u8(auth.method()).zeros(3).octets(auth.data());
            case NoncePayload nonce -> out.octets(nonce.nonce());
            case NotifyPayload notify -> NotifyCodec.encode(notify, out);
            case DeletePayload delete -> DeleteCodec.encode(delete, out);
            case VendorIdPayload vendor -> out.octets(vendor.vendorId());
            case TsPayload ts -> TsCodec.encode(ts, out);
            case ConfigurationPayload configuration -> out.octets(configuration.body());
            case EapPayload eap -> out.octets(eap.body());
            case UnknownPayload unknown -> out.octets(unknown.body());
        }
    }

    /**
     * Group (16) | RESERVED (16) | data. Whether the length fits the group is the SA's business.
     */
    private static KePayload ke(OctetReader body) throws MalformedMessageException {
        int group = body.u16();
        body.skip(2);
        return new KePayload(group, nonEmpty("KE", body));
    }

    /** Method (8) | RESERVED (24) | data. */
    private static AuthPayload auth(OctetReader body) throws MalformedMessageException {
        int method = body.u8();
        if (method == 0) {
            throw MalformedMessageException.syntax("AUTH has the reserved method 0");
        }
        body.skip(3);
        return new AuthPayload(method, nonEmpty("AUTH", body));
    }

    private static NoncePayload nonce(OctetReader body) throws MalformedMessageException {
        int lengthBytes = body.remaining();
        if (lengthBytes < NONCE_MIN_BYTES || lengthBytes > NONCE_MAX_BYTES) {
            throw MalformedMessageException.syntax(
                    "a nonce of %d octets is not within %d to %d"
                            .formatted(lengthBytes, NONCE_MIN_BYTES, NONCE_MAX_BYTES));
        }
        return new NoncePayload(body.rest());
    }

    private static UnknownPayload unknown(PayloadChain.Link link) throws MalformedMessageException {
        // RFC 7296 2.5: critical says that we must understand it; else it is skipped.
        if (link.critical()) {
            throw MalformedMessageException.unsupportedCritical(link.type());
        }
        return new UnknownPayload(link.type(), false, link.body().rest());
    }

    private static Octets nonEmpty(String what, OctetReader body) throws MalformedMessageException {
        if (body.isAtEnd()) {
            throw MalformedMessageException.syntax(what + " has no data");
        }
        return body.rest();
    }
}
